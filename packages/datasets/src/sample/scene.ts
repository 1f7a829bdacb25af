// What documents about everyday scenes are made of.

/**
 * An everyday scene, told in the past tense. Patterns are in the language of template.ts, without a
 * period, over the slots of cast.ts, {elder}, and the scene's own slots.
 */
export interface Scene {
  readonly name: string;
  /** Values of the scene's own slots; one is drawn for a whole document. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /**
   * The steps of the story in order, each in several wordings. A document may leave out any steps but
   * the first and the last, so a step must not depend on the one before it.
   */
  readonly steps: readonly (readonly string[])[];
}

// When a package needs a changeset. Kept apart from git and the file system so that it can be tested.

/** What is known of one package's release. */
export interface ReleaseState {
  readonly name: string;
  /** The version in its package.json has been published (its tag exists). */
  readonly released: boolean;
  /** Published files have changed since that tag. */
  readonly changed: boolean;
  /** Its CHANGELOG.md describes the version in package.json: `changeset version` has just run. */
  readonly inChangelog: boolean;
  /** A pending changeset names it. */
  readonly inChangeset: boolean;
}

/** Names of the packages whose changes nobody announced. */
export function unannounced(states: readonly ReleaseState[]): string[] {
  return states
    .filter(({ released, changed, inChangelog, inChangeset }) => {
      if (inChangeset) return false;
      return released ? changed : !inChangelog;
    })
    .map(({ name }) => name);
}

/** Package names in the front matter of a changeset (`'@malmoi/ops': minor`). */
export function packagesNamedIn(changeset: string): string[] {
  const [, frontMatter = ''] = changeset.split(/^---$/m);
  return [
    ...frontMatter.matchAll(/^\s*["']?([^"'\s:]+)["']?\s*:\s*(?:major|minor|patch)\s*$/gm),
  ].map(([, name = '']) => name);
}

// What may go to a terminal: no control characters from a file, which could move its cursor, and no secrets.

// Control characters but tab and line feed, marks that turn the direction of text, half surrogates.
const UNSAFE = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** Shows control characters as escapes. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Variables of the environment that hold a secret. */
const SECRET_VARIABLES = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'NPM_TOKEN'];
/** Shorter values are words, not secrets. */
const SHORTEST_SECRET = 6;

/** Returns a function that replaces the secrets of an environment, Hub tokens and passwords in URLs by ***. */
export function secretFilter(
  env: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const secrets = SECRET_VARIABLES.flatMap((name) => {
    const value = env[name]?.trim() ?? '';
    return value.length >= SHORTEST_SECRET ? [value] : [];
  });
  return (text) => {
    const known = secrets.reduce((result, secret) => result.replaceAll(secret, '***'), text);
    return known
      .replace(/\bhf_[A-Za-z0-9]{16,}/g, 'hf_***')
      .replace(/(\w:\/\/)[^\s/@:]+:[^\s/@]+@/g, '$1***@');
  };
}

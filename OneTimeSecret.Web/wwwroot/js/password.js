// Makes passwords like PasswordRecipe on the server: unbiased, with at least one character of each kind if the length allows.

/** A uniform random number below limit. Values past the last whole multiple are rejected, or small results would be likelier. */
function below(limit) {
  const words = new Uint32Array(1);
  do crypto.getRandomValues(words);
  while (words[0] >= 2 ** 32 - 2 ** 32 % limit);
  return words[0] % limit;
}

const one = characters => characters[below(characters.length)];

/** @param {string[]} kinds The characters of each kind. */
export function makePassword(length, kinds) {
  const all = kinds.join("");
  const spare = length < kinds.length; // too short for one of each kind
  const made = Array.from({ length }, (_, at) => one(!spare && at < kinds.length ? kinds[at] : all));
  // Shuffled, so that no position reveals its kind.
  for (let at = length - 1; at > 0; at--) {
    const other = below(at + 1);
    [made[at], made[other]] = [made[other], made[at]];
  }
  return made.join("");
}

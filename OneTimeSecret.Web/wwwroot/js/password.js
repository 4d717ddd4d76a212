// Makes passwords as PasswordRecipe of the server does: unbiased, and with at least one character of each kind where the length allows.

/** A number below another, each as likely: what lies beyond the last whole multiple is thrown away, or small ones would be likelier. */
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
  const spare = length < kinds.length; // then no kind has a place of its own
  const made = Array.from({ length }, (_, at) => one(!spare && at < kinds.length ? kinds[at] : all));
  // Shuffled, so that no position gives its kind away.
  for (let at = length - 1; at > 0; at--) {
    const other = below(at + 1);
    [made[at], made[other]] = [made[other], made[at]];
  }
  return made.join("");
}

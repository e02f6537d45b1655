import type { SeededRandom } from "./seeded-random.ts";

/** A row of the host's `accounts`. */
export interface TrafficAccount {
  id: string;
  username: string;
  first_name: string;
  last_name: string;
}

const firstNames =
  "Amara Ben Chiara Diego Elif Farah Goran Hana Ivo Jana Kofi Lena Mateo Nadia Oskar Priya Quentin Rosa Sami Tuva Uma Viktor Wanda Ximena Yuki Zoe".split(
    " ",
  );
const lastNames =
  "Adeyemi Bauer Costa Dubois Eriksen Ferrari Garcia Haddad Ito Jansen Kowalski Larsen Moreau Novak Okafor Petrov Quispe Rossi Schmidt Tanaka Ueda Varga Weiss Xu Yilmaz Zeman".split(
    " ",
  );

/** Makes accounts with names, no two alike, at most 676. */
export function trafficAccounts(random: SeededRandom, count: number): TrafficAccount[] {
  const names = firstNames.flatMap((first) => lastNames.map((last) => ({ first, last })));
  if (count > names.length) {
    throw new RangeError(`accounts must be at most ${names.length}, and is ${count}.`);
  }
  return Array.from({ length: count }, () => {
    const [name] = names.splice(random.below(names.length), 1);
    const { first = "", last = "" } = name ?? {};
    return {
      id: random.uuid(),
      username: `${first}.${last}`.toLowerCase(),
      first_name: first,
      last_name: last,
    };
  });
}

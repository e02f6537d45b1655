import type { IdType } from "./installation.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const wholeNumber = /^-?\d{1,19}$/;
const bigintLimit = 2n ** 63n;

const canonical: Readonly<Record<IdType, (id: string) => string | undefined>> = {
  text: (id) => id,
  uuid: (id) => (uuid.test(id.toLowerCase()) ? id.toLowerCase() : undefined),
  bigint: (id) => {
    const number = wholeNumber.test(id) ? BigInt(id) : bigintLimit;
    return number >= -bigintLimit && number < bigintLimit ? String(number) : undefined;
  },
};

/** The id as Postgres writes one of this type, or undefined when it is not one. */
export function canonicalId({ type, id }: { type: IdType; id: string }): string | undefined {
  return canonical[type](id);
}

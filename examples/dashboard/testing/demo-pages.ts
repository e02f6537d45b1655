import { demoUsers } from "../host/demo-users.ts";

const [pro, free, stranger, operator] = demoUsers;

/** The ids of those whom one can be. */
export const users = {
  pro: pro.id,
  free: free.id,
  stranger: stranger.id,
  operator: operator.id,
} as const;

/** Names of accounts that view much and a little: the first two of the traffic. */
export const visitors = { often: "Quentin Haddad", seldom: "Priya Xu" } as const;

/** A page of the owner on Pro, the most viewed one, and one of the owner on Free. */
export const pages = {
  ofPro: { entity_type: "listing", entity_id: "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b001" },
  ofFree: { entity_type: "listing", entity_id: "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b004" },
} as const;

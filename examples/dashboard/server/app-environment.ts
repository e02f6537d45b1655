import type { User } from "../host/accounts.ts";

/** What middleware leaves in a request's context. */
export interface AppEnvironment {
  Variables: {
    /** Who is signed in. */
    user: User | undefined;
  };
}

import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { Pool } from "pg";
import { findUser, type User } from "../host/accounts.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { RequestRefused } from "./request-refused.ts";

const cookieName = "perch_session";

export interface SessionOptions {
  pool: Pool;
  /** Signs the cookie: whoever knows it can be anybody. */
  cookieSecret: string;
}

/** Middleware: finds out who is signed in, from a cookie that only this server can have made. */
export function readSession({
  pool,
  cookieSecret,
}: SessionOptions): MiddlewareHandler<AppEnvironment> {
  return async (c, next) => {
    const id = await getSignedCookie(c, cookieSecret, cookieName);
    c.set("user", id ? await findUser(pool, id) : undefined);
    await next();
  };
}

/** Signs somebody in. */
export async function startSession(c: Context, cookieSecret: string, user: User): Promise<void> {
  await setSignedCookie(c, cookieName, user.id, cookieSecret, {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    maxAge: 30 * 24 * 60 * 60,
    secure: new URL(c.req.url).protocol === "https:",
  });
}

/** Signs whoever it is out. */
export function endSession(c: Context): void {
  deleteCookie(c, cookieName, { path: "/" });
}

/** @throws {RequestRefused} 401 when nobody is signed in */
export function requireUser(c: Context<AppEnvironment>): User {
  const user = c.get("user");
  if (user !== undefined) return user;
  throw new RequestRefused({
    status: 401,
    code: "signed_out",
    message: "Nobody is signed in: sign in and ask again.",
  });
}

import { AnalyticsError } from "@headcount/core/contract";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { Pool } from "pg";
import { findUser, type User } from "../host/accounts.ts";
import type { AppEnvironment } from "./app-environment.ts";

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

/** @throws {AnalyticsError} `signed_out` when nobody is signed in */
export function requireUser(user: User | undefined): User {
  if (user !== undefined) return user;
  throw new AnalyticsError("signed_out", "Nobody is signed in: sign in and ask again.");
}

import { AnalyticsError } from "@headcount/core/contract";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Pool } from "pg";
import type { User } from "../host/accounts.ts";
import { beginSignIn, endSignIn, findSignedIn, maxSignInSeconds } from "../host/sign-ins.ts";
import type { AppEnvironment } from "./app-environment.ts";

const cookieName = "perch_session";

/** Middleware: finds out who is signed in, from a cookie that is good until they sign out. */
export function readSession(pool: Pool): MiddlewareHandler<AppEnvironment> {
  return async (c, next) => {
    const token = getCookie(c, cookieName);
    c.set("user", token === undefined ? undefined : await findSignedIn(pool, token));
    await next();
  };
}

/** Signs somebody in, and out who was signed in before. */
export async function startSession(c: Context, pool: Pool, user: User): Promise<void> {
  await endSession(c, pool);
  setCookie(c, cookieName, await beginSignIn(pool, user.id), {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    maxAge: maxSignInSeconds,
    secure: new URL(c.req.url).protocol === "https:",
  });
}

/** Signs out: also for somebody who has a copy of the cookie. */
export async function endSession(c: Context, pool: Pool): Promise<void> {
  const token = getCookie(c, cookieName);
  if (token === undefined) return;
  await endSignIn(pool, token);
  deleteCookie(c, cookieName, { path: "/" });
}

/** @throws {AnalyticsError} `signed_out` when nobody is signed in */
export function requireUser(user: User | undefined): User {
  if (user !== undefined) return user;
  throw new AnalyticsError("signed_out", "Nobody is signed in: sign in and ask again.");
}

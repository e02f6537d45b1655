import type { ReactNode } from "react";
import type { SessionAnswer } from "../../server/session-answer.ts";
import { useTitle } from "../dashboard/use-title.ts";
import { useSignIn } from "./use-session.ts";
import "./sign-in.css";

/** Whom one can be, for somebody who is nobody yet. */
export function SignIn({ users }: { users: SessionAnswer["demo_users"] }): ReactNode {
  const signIn = useSignIn();
  useTitle("Sign in");
  return (
    <main className="sign-in">
      <h1>Who viewed your pages?</h1>
      <p className="muted">
        Perch is a made-up marketplace for homes, with a year of made-up visitors. Pick a demo
        account. No password needed.
      </p>
      <ul className="sign-in-users">
        {users.map(({ id, name, role, about }) => (
          <li key={id}>
            <button
              type="button"
              className="panel sign-in-user"
              disabled={signIn.isPending}
              onClick={() => signIn.mutate(id)}
            >
              <span className="badge badge-accent">{role}</span>
              <strong>{name}</strong>
              <span className="muted">{about}</span>
            </button>
          </li>
        ))}
      </ul>
      {signIn.isError && <p role="alert">{signIn.error.message}</p>}
    </main>
  );
}

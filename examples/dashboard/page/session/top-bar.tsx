import type { ReactNode } from "react";
import { Link } from "wouter";
import type { SessionAnswer } from "../../server/session-answer.ts";
import { ThemeButton } from "./theme-button.tsx";
import { useSignIn } from "./use-session.ts";
import "./top-bar.css";

const nobody = "";

/** The brand, the switch between the demo users, and the switch between light and dark. */
export function TopBar({ session }: { session: SessionAnswer | undefined }): ReactNode {
  const signIn = useSignIn();
  return (
    <header className="top-bar screen-only">
      <Link href="/" className="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M7 24V12l9-6 9 6v12M12 24v-5M16 24v-9M20 24v-7" />
        </svg>
        Perch
      </Link>
      {session !== undefined && (
        <label className="top-bar-user">
          <span className="muted">Demo account</span>
          <select
            className="field"
            value={session.user?.id ?? nobody}
            disabled={signIn.isPending}
            onChange={({ target }) => signIn.mutate(target.value === nobody ? null : target.value)}
          >
            {session.demo_users.map(({ id, name, role }) => (
              <option key={id} value={id}>
                {name} · {role}
              </option>
            ))}
            <option value={nobody}>Signed out</option>
          </select>
        </label>
      )}
      <ThemeButton />
    </header>
  );
}

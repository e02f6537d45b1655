import type { ReactNode } from "react";
import type { SessionAnswer } from "../../server/session-answer.ts";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { SignIn } from "./sign-in.tsx";
import { TopBar } from "./top-bar.tsx";
import { useSession } from "./use-session.ts";

export type SignedIn = SessionAnswer & { user: NonNullable<SessionAnswer["user"]> };

/** A page for somebody who is signed in: the bar above, and who is not signed in is asked to. */
export function SignedInPage({
  children,
}: {
  children: (session: SignedIn) => ReactNode;
}): ReactNode {
  const { data, isError, error, refetch } = useSession();
  return (
    <>
      <TopBar session={data} />
      {isError && (
        <main className="state-alone">
          <TroublePanel alone error={error} retry={() => void refetch()} />
        </main>
      )}
      {data?.user === null && <SignIn users={data.demo_users} />}
      {data?.user && children({ ...data, user: data.user })}
    </>
  );
}

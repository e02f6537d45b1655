import { type AnalyticsRequestFailure, isAnalyticsRequestError } from "@headcount/react-hooks";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "../controls/icon.tsx";

export interface TroublePanelProps {
  error: Error;
  /** Whether there is nothing else on the page. */
  alone?: boolean;
  /** Offered when trying again may help. */
  retry: () => void;
}

/** Says what went wrong, and what there is to do. */
export function TroublePanel({ error, alone = false, retry }: TroublePanelProps): ReactNode {
  const { title, text } = describe(error);
  const Heading = alone ? "h1" : "h2";
  const mayHelp = ["unavailable", "unreadable"].includes(reasonOf(error));
  return (
    <section className="panel state state-trouble" role="alert">
      <span className="state-mark">
        <Icon name={mayHelp ? "warning" : "lock"} />
      </span>
      <Heading>{title}</Heading>
      <p className="muted">{text}</p>
      {mayHelp ? (
        <button type="button" className="button button-primary" onClick={retry}>
          Try again
        </button>
      ) : (
        <WayOut error={error} />
      )}
    </section>
  );
}

function WayOut({ error }: { error: Error }): ReactNode {
  const queryClient = useQueryClient();
  if (reasonOf(error) === "signed_out") {
    const signInAgain = (): void => {
      void queryClient.resetQueries({ queryKey: ["session"] });
    };
    return (
      <button type="button" className="button button-primary" onClick={signInAgain}>
        Sign in
      </button>
    );
  }
  return (
    <Link href="/" className="button">
      Your pages
    </Link>
  );
}

function reasonOf(error: Error): AnalyticsRequestFailure {
  return isAnalyticsRequestError(error) ? error.reason : "unavailable";
}

function describe(error: Error): { title: string; text: string } {
  switch (reasonOf(error)) {
    case "signed_out":
      return { title: "You're signed out", text: "Sign in again to see your stats." };
    case "forbidden":
      return {
        title: "You don't have access to this page",
        text: "Only its owner can see its stats.",
      };
    case "refused":
    case "upgrade_needed":
      return { title: "This can't be shown", text: "Try another range or period." };
    case "unavailable":
    case "unreadable":
      return {
        title: "Couldn't load your stats",
        text: "Views are still being counted.",
      };
  }
}

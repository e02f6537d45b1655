import { type AnalyticsRequestFailure, isAnalyticsRequestError } from "@headcount/react-hooks";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "../controls/icon.tsx";
import "./states.css";

export interface TroublePanelProps {
  error: Error;
  /** Offered when trying again may help. */
  onRetry: () => void;
}

/** Says what went wrong, and what there is to do. */
export function TroublePanel({ error, onRetry }: TroublePanelProps): ReactNode {
  const { title, text } = describe(error);
  const mayHelp = ["unavailable", "unreadable"].includes(reasonOf(error));
  return (
    <section className="panel state state-trouble" role="alert">
      <span className="state-mark">
        <Icon name={mayHelp ? "warning" : "lock"} />
      </span>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {mayHelp ? (
        <button type="button" className="button button-primary" onClick={onRetry}>
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
      Your own pages
    </Link>
  );
}

function reasonOf(error: Error): AnalyticsRequestFailure {
  return isAnalyticsRequestError(error) ? error.reason : "unavailable";
}

function describe(error: Error): { title: string; text: string } {
  switch (reasonOf(error)) {
    case "signed_out":
      return { title: "You are signed out", text: "Sign in again to see your numbers." };
    case "forbidden":
      return {
        title: "This page is not yours",
        text: "Only its owner sees who viewed it, and how many.",
      };
    case "refused":
    case "upgrade_needed":
      return { title: "This cannot be shown", text: error.message };
    case "unavailable":
    case "unreadable":
      return {
        title: "The numbers did not arrive",
        text: "The server did not answer as it should. Nothing is lost meanwhile.",
      };
  }
}

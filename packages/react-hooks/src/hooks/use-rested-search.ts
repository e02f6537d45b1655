import { useEffect, useState } from "react";
import type { SubjectFields } from "../queries/normalize-query.ts";
import { subjectKey } from "./subject-key.ts";

interface Searched extends SubjectFields {
  search?: string | undefined;
}

/** What is searched for, once the writing has paused for so long. What is cleared, or of another subject, is at once. */
export function useRestedSearch(query: Searched, pauseMs: number): string | undefined {
  const { search = "" } = query;
  const subject = subjectKey(query);
  const [rested, setRested] = useState({ subject, search });
  const isAtOnce = pauseMs === 0 || search === "" || rested.subject !== subject;
  useEffect(() => {
    const timer = setTimeout(() => setRested({ subject, search }), isAtOnce ? 0 : pauseMs);
    return () => clearTimeout(timer);
  }, [subject, search, isAtOnce, pauseMs]);
  return isAtOnce ? query.search : rested.search;
}

import { useEffect, useState } from "react";

interface Searched {
  entity_type: string;
  entity_id: string | number | null;
  search?: string | undefined;
}

/** What is searched for, once the writing has paused for so long. What is cleared, or another entity's, is at once. */
export function useRestedSearch(query: Searched, pauseMs: number): string | undefined {
  const { entity_type, entity_id, search = "" } = query;
  const entity = JSON.stringify([entity_type, entity_id]);
  const [rested, setRested] = useState({ entity, search });
  const isAtOnce = pauseMs === 0 || search === "" || rested.entity !== entity;
  useEffect(() => {
    const timer = setTimeout(() => setRested({ entity, search }), isAtOnce ? 0 : pauseMs);
    return () => clearTimeout(timer);
  }, [entity, search, isAtOnce, pauseMs]);
  return isAtOnce ? query.search : rested.search;
}

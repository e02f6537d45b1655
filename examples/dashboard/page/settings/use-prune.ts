import type { PruneProgress } from "@headcount/core/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PruneAnswer, PruneLine } from "../../server/settings/settings-answers.ts";
import { askSettings } from "./ask-settings.ts";

/** Prunes, given how many days to keep, and says how far it is. */
export function usePrune() {
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<PruneProgress>();
  const pruning = useMutation({
    mutationFn: async (keepDays: number) => {
      setProgress(undefined);
      const response = await askSettings("prune", { body: { keep_days: keepDays } });
      return readLines(response, setProgress);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["settings"] }),
  });
  return { ...pruning, progress };
}

async function readLines(
  response: Response,
  onProgress: (progress: PruneProgress) => void,
): Promise<PruneAnswer> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    const lines = (unread + part.value).split("\n");
    unread = lines.pop() ?? "";
    for (const text of lines) {
      const line = JSON.parse(text) as PruneLine;
      if ("error" in line) throw new Error(line.error.message);
      if ("pruned" in line) return line;
      onProgress(line.progress);
    }
  }
  throw new Error("The connection ended before all was deleted: prune again, and it goes on.");
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { StepLine } from "../../server/settings/settings-answers.ts";
import { askSettings } from "./ask-settings.ts";

/** Has a route of the settings do something in steps, given its body, and says how far it is. */
export function useSteps<Progress, Answer extends object>(path: string) {
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<Progress>();
  const working = useMutation({
    mutationFn: async (body: object) => {
      setProgress(undefined);
      const lines = readLines<StepLine<Progress, Answer>>(await askSettings(path, { body }));
      for await (const line of lines) {
        if ("error" in line) throw new Error(line.error.message);
        if (!("progress" in line)) return line;
        setProgress(line.progress);
      }
      throw new Error("The connection ended before all was done: do it again, and it goes on.");
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["settings"] }),
  });
  return { ...working, progress };
}

async function* readLines<Line>(response: Response): AsyncGenerator<Line> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    const lines = (unread + part.value).split("\n");
    unread = lines.pop() ?? "";
    for (const text of lines) yield JSON.parse(text) as Line;
  }
}

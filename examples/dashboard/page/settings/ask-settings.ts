import type { ErrorAnswer } from "@headcount/core/contract";

/** Asks a route of the settings, or tells it to do something when there is a body. What it refuses, it says in a sentence. */
export async function askSettings(path: string, init: AskSettingsOptions = {}): Promise<Response> {
  const { body, signal } = init;
  const response = await fetch(`/api/settings/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => undefined)) as ErrorAnswer | undefined;
  throw new Error(answer?.error.message ?? `The server did not answer (${response.status}).`);
}

export interface AskSettingsOptions {
  body?: object;
  signal?: AbortSignal;
}

/** What a route of the settings answers, as JSON. */
export async function readSettings<Answer>(path: string, options?: AskSettingsOptions) {
  const response = await askSettings(path, options);
  return (await response.json()) as Answer;
}

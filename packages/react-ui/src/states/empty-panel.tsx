import type { ReactNode } from "react";
import type { Customization, Slots } from "../analytics/customization.ts";

type About = Parameters<NonNullable<Slots["empty"]>>[0];

export interface EmptyPanelProps {
  about: About;
  words: { title: string; text: string };
  customization: Pick<Customization, "slots">;
}

/** In the place of numbers where there are none: the host's slot, or a few words. */
export function EmptyPanel({ about, words, customization }: EmptyPanelProps): ReactNode {
  const { slots } = customization;
  if (slots.empty !== undefined) return slots.empty(about);
  return (
    <div className="headcount-empty">
      <strong>{words.title}</strong>
      <p>{words.text}</p>
    </div>
  );
}

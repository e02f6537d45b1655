import { type ReactNode, useEffect, useId, useRef } from "react";

import { Icon, type IconName } from "./icon.tsx";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  /** What stands there where there is little room; the label is still what it is called. */
  shortLabel?: ReactNode;
  /** Beside the label, for example a lock, and what it says to those who listen. */
  mark?: { icon: IconName; label: string };
}

export interface ChoicesProps<Value extends string> {
  /** What is chosen, for those who listen. */
  legend: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChoose: (value: Value) => void;
}

/** A row of choices of which one is taken; arrow keys move between them. */
export function Choices<Value extends string>(props: ChoicesProps<Value>): ReactNode {
  const { legend, choices, value, onChoose } = props;
  const name = useId();
  const row = useRef<HTMLFieldSetElement>(null);
  // where not all of them have room, the one that is taken is in sight
  useEffect(() => {
    const taken = row.current?.querySelector<HTMLElement>("label:has(:checked)");
    const { scrollWidth = 0, clientWidth = 0 } = row.current ?? {};
    if (taken && scrollWidth > clientWidth) {
      row.current?.scrollTo({ left: taken.offsetLeft + taken.offsetWidth / 2 - clientWidth / 2 });
    }
  }, [value]);
  return (
    <fieldset ref={row} className="choices">
      <legend className="visually-hidden">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            aria-label={[choice.label, choice.mark?.label].filter(Boolean).join(" ")}
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
          />
          <Words {...choice} />
          {choice.mark && <Icon name={choice.mark.icon} />}
        </label>
      ))}
    </fieldset>
  );
}

function Words({ label, shortLabel }: Pick<Choice<string>, "label" | "shortLabel">): ReactNode {
  if (shortLabel === undefined) return label;
  return (
    <>
      <span className="wide-only">{label}</span>
      <span className="narrow-only">{shortLabel}</span>
    </>
  );
}

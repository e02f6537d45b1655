import type { Slots } from "@headcount/react-ui";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { UpgradePanel } from "../states/upgrade-panel.tsx";

/** How many days a plan shows; the server checks it. */
export const historyDays = { free: 30, pro: undefined } as const;

/** What stands in the place of numbers that there are none of, or that the plan does not show. */
export const slots: Slots = {
  upgrade: (about) => <UpgradePanel about={about === "range" ? "range" : "visitors"} />,
  trouble: (trouble) => <TroublePanel {...trouble} />,
};

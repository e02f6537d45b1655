import * as fc from "fast-check";
import type { Command, NewView, Selection } from "./history.ts";

interface Scope {
  entity: fc.Arbitrary<Pick<NewView, "entity_type" | "entity">>;
  selection: fc.Arbitrary<Selection>;
}

/** What happens to breakdowns that are kept. */
export function breakdownCommand({ entity, selection }: Scope): fc.Arbitrary<Command> {
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("count breakdowns" as const),
        limit: fc.constantFrom(1, 5, 20_000),
        steps: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            "add breakdowns" as const,
            "add breakdowns" as const,
            "remove breakdowns" as const,
          ),
          entity,
        )
        .map(([kind, kept]) => ({ kind, ...kept })),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("edit facts" as const),
        selection,
        source_no: fc.constantFrom(null, 1, 2, 3),
        device_no: fc.constantFrom(null, 1, 2),
      }),
    },
  );
}

import { expect, test } from "vitest";
import { checkEntity } from "./check-entity.ts";

test.each([
  ["uuid", "00000000-0000-0000-0000-000000000000"],
  ["bigint", "-9223372036854775808"],
] as const)("the %s that stands for no entity is refused as an id", (entity_id_type, entity_id) => {
  const call = () =>
    checkEntity({ entity_type: "page", entity_id, installation: { entity_id_type } });
  expect(call).toThrow(expect.objectContaining({ code: "invalid_input", field: "entity_id" }));
});

test("an id is returned as the database writes it, and null stays null", () => {
  const entity = { entity_type: "page", installation: { entity_id_type: "bigint" } } as const;
  expect(checkEntity({ ...entity, entity_id: "007" })).toMatchObject({ entity_id: "7" });
  expect(checkEntity({ ...entity, entity_id: null })).toMatchObject({ entity_id: null });
});

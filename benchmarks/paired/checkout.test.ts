import { expect, test } from "vitest";
import { shortNameOf } from "./checkout.ts";

test("refuses a commit that the repository does not have", async () => {
  await expect(shortNameOf("no-such-commit")).rejects.toThrow(
    '--against is "no-such-commit": give a commit that this repository has.',
  );
});

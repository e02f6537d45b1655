import { expect, test } from "vitest";
import hooks from "../../packages/react-hooks/package.json" with { type: "json" };
import ui from "../../packages/react-ui/package.json" with { type: "json" };
import config from "./vite.config.ts";

test("what the packages leave to their hosts is taken from this app, as nothing else is installed to run it", () => {
  const peers = [hooks, ui].flatMap(({ peerDependencies }) => Object.keys(peerDependencies));
  const needed = peers.filter((name) => !name.startsWith("@types/"));
  expect(needed.length).toBeGreaterThan(3);
  expect(config.resolve?.dedupe).toEqual(expect.arrayContaining(needed));
});

import { expect, test } from "vitest";
import { readArguments, UsageError } from "./read-arguments.ts";

test("the port is 5174 unless another one is given", () => {
  expect(readArguments([])).toEqual({ help: false, port: 5174 });
  expect(readArguments(["--port", "4000"])).toEqual({ help: false, port: 4000 });
});

test.each([["--port", "http"], ["--port", "70000"], ["--port=-1"], ["--prot", "1"]])(
  "%s %s is answered with what is wrong",
  (...args) => {
    expect(() => readArguments(args)).toThrow(UsageError);
  },
);

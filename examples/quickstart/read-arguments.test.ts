import { expect, test } from "vitest";
import { readArguments, UsageError } from "./read-arguments.ts";

test("without arguments there is no access log and no help", () => {
  expect(readArguments([])).toEqual({ help: false });
});

test("a relative file is relative to where the user stands", () => {
  expect(readArguments(["--access-log", "access.log"], "/var/log")).toEqual({
    help: false,
    accessLog: "/var/log/access.log",
  });
  expect(readArguments(["--access-log=/tmp/a.log"], "/var/log")).toMatchObject({
    accessLog: "/tmp/a.log",
  });
});

test("asks for help in two ways", () => {
  expect(readArguments(["--help"])).toEqual({ help: true });
  expect(readArguments(["-h"])).toEqual({ help: true });
});

test.each([[["--access-log"]], [["--access-log", ""]], [["--acces-log", "x"]], [["access.log"]]])(
  "refuses %j",
  (args) => {
    expect(() => readArguments(args)).toThrow(UsageError);
  },
);

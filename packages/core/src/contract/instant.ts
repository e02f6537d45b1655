import * as z from "zod/mini";

/** An instant in UTC with milliseconds, like `2026-01-02T03:04:05.678Z`. */
export const instant = z.iso.datetime({ precision: 3 });

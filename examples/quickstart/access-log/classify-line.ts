import { cleanReferrer, type Referrer } from "./clean-referrer.ts";
import { pagePath } from "./page-path.ts";
import { type LoggedRequest, type OddLine, parseCombinedLine } from "./parse-combined-line.ts";
import { maxLineLength } from "./read-log-lines.ts";
import { type ReasonToLeaveOut, reasonToLeaveOut } from "./reason-to-leave-out.ts";

/** A request that is a page view (it has a path), or is left out (it has a reason). */
export interface ClassifiedRequest {
  request: LoggedRequest;
  referrer: Referrer | undefined;
  path?: string;
  leftOut?: ReasonToLeaveOut;
}

// the longest id that an entity may have
const maxPathLength = 255;

/** Decides what one line of an access log is. */
export function classifyLine(line: string): ClassifiedRequest | OddLine {
  if (line.length === maxLineLength)
    return { oddity: `is longer than ${maxLineLength - 1} characters` };
  const request = parseCombinedLine(line);
  if ("oddity" in request) return request;

  const referrer = cleanReferrer(request.referrer);
  const leftOut = reasonToLeaveOut(request);
  if (leftOut !== undefined) return { request, referrer, leftOut };

  const path = pagePath(request.target);
  if (path === undefined)
    return {
      oddity: `has a target that is not a path, ${JSON.stringify(request.target.slice(0, 40))}`,
    };
  if (path.length > maxPathLength)
    return { oddity: `has a path of more than ${maxPathLength} characters` };
  return { request, referrer, path };
}

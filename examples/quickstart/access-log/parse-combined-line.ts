import { isIP } from "node:net";

/** One request of a web server's access log. */
export interface LoggedRequest {
  address: string;
  at: Date;
  method: string;
  /** The request's target as it was sent: path, query and all. */
  target: string;
  status: number;
  referrer: string;
  /** `-` when the client sent none. */
  userAgent: string;
}

/** A line that is not a request, and why. */
export interface OddLine {
  oddity: string;
}

const quoted = String.raw` "((?:[^"\\]|\\.)*)"`;
const fields = [
  { name: "client address", pattern: String.raw`^(\S+)` },
  { name: "identity and user", pattern: String.raw` \S+ .+?` },
  {
    name: "time such as [17/May/2015:10:05:03 +0000]",
    pattern: String.raw` \[(\d\d)/([A-Z][a-z]{2})/(\d{4}):([0-2]\d):([0-5]\d):([0-6]\d) ([+-])(\d\d)(\d\d)\]`,
  },
  { name: "request in quotes", pattern: quoted },
  { name: "status of three digits", pattern: String.raw` (\d{3})` },
  { name: "size", pattern: String.raw` (?:\d+|-)` },
  { name: "referrer in quotes", pattern: quoted },
  { name: "user agent in quotes", pattern: quoted },
] as const;
const combinedLine = new RegExp(fields.map(({ pattern }) => pattern).join(""));
const requestLine = /^([A-Z]+) (\S.*) HTTP\/\d(?:\.\d)?$/;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * Reads one line of the combined log format of Apache and nginx, also with the virtual host in front (`vhost_combined`);
 * whatever follows the user agent is ignored.
 *
 * @example
 * parseCombinedLine('192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 512 "-" "Firefox"')
 * //=> { address: "192.0.2.1", at: 2015-05-17T10:05:03.000Z, method: "GET", target: "/", … }
 */
export function parseCombinedLine(line: string): LoggedRequest | OddLine {
  if (line.startsWith("{")) return { oddity: "is JSON, and not of the combined format" };
  const fromClient = withoutVirtualHost(line);
  return fromClient === undefined
    ? { oddity: "has two addresses, of which one is the client's" }
    : parseFromClient(fromClient);
}

function parseFromClient(line: string): LoggedRequest | OddLine {
  const match = combinedLine.exec(line);
  if (match === null) return { oddity: `has no ${firstMissingField(line)}` };
  const [, address = "", day = "", month = "", year = "", ...rest] = match;
  const [hour, minute, second, sign, offsetHours, offsetMinutes, ...texts] = rest;
  const [request = "", status, referrer = "", userAgent = ""] = texts;

  const midnight = Date.UTC(Number(year), months.indexOf(month), Number(day));
  if (!months.includes(month) || new Date(midnight).getUTCDate() !== Number(day)) {
    return { oddity: `has a date that does not exist, ${day}/${month}/${year}` };
  }
  const local = seconds(hour, minute, second);
  const offset = (sign === "-" ? -1 : 1) * seconds(offsetHours, offsetMinutes, "0");

  const [, method, target] = requestLine.exec(request) ?? [];
  if (method === undefined || target === undefined) {
    return { oddity: `has a request that is not HTTP, ${JSON.stringify(request.slice(0, 40))}` };
  }
  return {
    address,
    at: new Date(midnight + (local - offset) * 1000),
    method,
    target: unescape(target),
    status: Number(status),
    referrer: unescape(referrer),
    userAgent: unescape(userAgent),
  };
}

/**
 * The line from the client's address on; undefined when two addresses could be it. Taken for the client, the virtual host would
 * make one visitor of all.
 */
function withoutVirtualHost(line: string): string | undefined {
  const [, first = "", second = ""] = /^(\S+) (\S+) /.exec(line) ?? [];
  if (isIP(first) === 0) {
    return isIP(second) !== 0 || /:\d{1,5}$/.test(first) ? line.slice(first.length + 1) : line;
  }
  return isIP(second) === 0 ? line : undefined;
}

function firstMissingField(line: string): string {
  const missing = fields.find((_, index) => {
    const upToHere = fields.slice(0, index + 1).map(({ pattern }) => pattern);
    return !new RegExp(upToHere.join("")).test(line);
  });
  return missing?.name ?? "fields";
}

function seconds(hours = "0", minutes = "0", secondsOfMinute = "0"): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(secondsOfMinute);
}

// Apache writes \" for a quote, nginx writes \x22. Other escapes stand for control characters: they stay as they are.
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\(?:["\\]|x[2-7][0-9A-Fa-f])/g, (escape) => {
    if (escape.length === 2) return escape.slice(1);
    const code = Number.parseInt(escape.slice(2), 16);
    return code === 0x7f ? escape : String.fromCharCode(code);
  });
}

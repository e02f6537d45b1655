import { isIP } from "node:net";

/** Headers of a request, as `Headers` or as the object that Node makes of them. */
export type RequestHeaders =
  | Pick<Headers, "get">
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The request with which a visitor sent views. */
export interface VisitorRequest {
  headers?: RequestHeaders | undefined;
  ip_address?: string | undefined;
}

/** A header, or an empty text; several lines of it are one. */
export function readHeader(headers: RequestHeaders, name: string): string {
  if (typeof headers.get === "function") return headers.get(name) ?? "";
  const value = Reflect.get(headers, name) as string | readonly string[] | undefined;
  return (Array.isArray(value) ? value.join(", ") : value)?.toString() ?? "";
}

/** The host and port in an address, as browsers write them. */
export function hostIn(url: string): string | undefined {
  return URL.parse(url)?.host || undefined;
}

export function withoutWww(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}

/** The address alone, or null when it is not one. Node writes IPv4 peers of an IPv6 socket as ::ffff:192.0.2.1. */
export function plainAddress(address: string | undefined): string | null {
  const ip = address?.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "") ?? "";
  return isIP(ip) === 0 ? null : ip;
}

import type { ContentfulStatusCode } from "hono/utils/http-status";

interface Refusal {
  status: ContentfulStatusCode;
  /** A word that programs can rely on. */
  code: string;
  message: string;
}

/** A request that this app does not answer, and why. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor({ status, code, message }: Refusal) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

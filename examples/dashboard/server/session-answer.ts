/** What `GET /api/session` answers. */
export interface SessionAnswer {
  user: { id: string; name: string; plan: "free" | "pro"; is_operator: boolean } | null;
  /** Those of the user. */
  pages: { entity_type: string; entity_id: string; title: string }[];
  /** Whom one can be. */
  demo_users: { id: string; name: string; role: string; about: string }[];
}

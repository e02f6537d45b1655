/** How visitors come: the values of the dimension `channel`. */
export type Channel =
  | "paid_search"
  | "paid_social"
  | "display"
  | "email"
  | "messaging"
  | "affiliate"
  | "organic_social"
  | "organic_search"
  | "referral"
  | "offline"
  | "campaign"
  | "internal"
  | "video"
  | "ai_assistant"
  | "direct";

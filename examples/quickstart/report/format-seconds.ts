/** Writes 72.4 as `1m 12s`, and what is not known as a dash. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  const rest = `${whole % 60}s`;
  return whole < 60 ? rest : `${Math.floor(whole / 60)}m ${rest.padStart(3, "0")}`;
}

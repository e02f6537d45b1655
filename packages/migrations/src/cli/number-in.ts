/** The number that was typed; what is not one is left as it is, for the client to say so. */
export function numberIn(text: string): number {
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? (text as unknown as number) : number;
}

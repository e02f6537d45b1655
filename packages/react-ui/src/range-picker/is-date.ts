/** Whether a text is a date that exists, of a year with four digits. */
export function isDate(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) return false;
  // the 31st of February is read as the 3rd of March
  return new Date(text).toISOString().startsWith(text);
}

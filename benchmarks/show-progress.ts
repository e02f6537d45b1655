/** Rewrites one line of the terminal; elsewhere, only what is finished (ends in a line break) is printed. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text.endsWith("\n")) process.stderr.write(text);
}

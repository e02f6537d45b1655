// what a terminal or a database would stumble over: controls, and marks that turn the direction of text
const unprintable = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * The path of a request without query and fragment, readable where that is safe: an escape that is not UTF-8,
 * or that stands for something unprintable or for a delimiter such as `/`, stays an escape.
 *
 * @returns `undefined` when the target is not a path
 * @example
 * pagePath("/blog/tags/open%20source?page=2") //=> "/blog/tags/open source"
 */
export function pagePath(target: string): string | undefined {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "") || "/";
  if (!path.startsWith("/")) return undefined;
  try {
    return escapeUnprintable(decodeURI(path));
  } catch {
    return escapeUnprintable(path);
  }
}

function escapeUnprintable(text: string): string {
  return text.replaceAll(unprintable, encodeURIComponent);
}

/** The address of a download that answers a query; fields that are left out are not in it. */
export function exportAddress(file: string, query: object): string {
  const params = new URLSearchParams();
  for (const [field, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(field, String(value));
  }
  return `/api/analytics/${file}?${params}`;
}

import type { ReactNode } from "react";
import type { Compared } from "../../server/settings/settings-answers.ts";
import { count } from "./in-words.ts";
import { totalViews } from "./total-views.ts";

/** Views and unique visitors of each page before and after something was done, and whether they are the same. */
export function ComparedFigures({ before, after }: Compared): ReactNode {
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  return (
    <>
      <p>
        {isSame
          ? `Every number is the same as before: ${count(totalViews(before))} views in all.`
          : `Views went from ${count(totalViews(before))} to ${count(totalViews(after))} in all.`}
      </p>
      <table className="settings-figures numbers">
        <caption className="visually-hidden">Numbers of each page, before and after</caption>
        <thead>
          <tr>
            <th rowSpan={2} scope="col">
              Page
            </th>
            <th colSpan={2} scope="colgroup">
              Views
            </th>
            <th colSpan={2} scope="colgroup">
              Unique visitors
            </th>
          </tr>
          <tr>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {before.map((page, nth) => (
            <tr key={page.entity_id}>
              <th scope="row">{page.title}</th>
              <td>{count(page.views)}</td>
              <td>{count(after[nth]?.views ?? 0)}</td>
              <td>{count(page.unique_visitors)}</td>
              <td>{count(after[nth]?.unique_visitors ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

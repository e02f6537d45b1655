import type { ReactNode } from "react";
import { useTitle } from "../dashboard/use-title.ts";
import { SignedInPage } from "../session/signed-in-page.tsx";
import { NotOperator } from "../states/not-operator.tsx";
import { EraseSomebody } from "./erase-somebody.tsx";
import { ForgetVisitors } from "./forget-visitors.tsx";
import { KeepLess } from "./keep-less.tsx";
import { WhatIsStored } from "./what-is-stored.tsx";
import "./settings.css";

/** The operator's page: what is stored, keeping less of it, forgetting visitors and erasing somebody. */
export function Settings(): ReactNode {
  return (
    <SignedInPage>
      {({ user }) =>
        user.is_operator ? (
          <OperatorSettings />
        ) : (
          <main className="state-alone">
            <NotOperator />
          </main>
        )
      }
    </SignedInPage>
  );
}

function OperatorSettings(): ReactNode {
  useTitle("Settings");
  return (
    <main className="settings">
      <h1>Settings</h1>
      <WhatIsStored />
      <KeepLess />
      <ForgetVisitors />
      <EraseSomebody />
    </main>
  );
}

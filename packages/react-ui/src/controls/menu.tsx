import { type ReactNode, useEffect, useRef } from "react";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuProps {
  label: string;
  icon: IconName;
  className: string;
  buttonClassName: string;
  /** Links and buttons. */
  children: ReactNode;
}

/** A button that opens a few links and buttons; Escape, a choice or a press elsewhere closes it. */
export function Menu({ label, icon, className, buttonClassName, children }: MenuProps): ReactNode {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = ({ target }: Event): void => {
      const { current } = menu;
      if (current?.open && !current.contains(target as Node)) current.open = false;
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, []);
  return (
    <details
      ref={menu}
      className={className}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== "Escape" || !currentTarget.open) return;
        currentTarget.open = false;
        currentTarget.querySelector("summary")?.focus();
      }}
      onClick={({ target, currentTarget }) => {
        const isChoice = target instanceof Element && target.closest("summary") === null;
        if (isChoice) currentTarget.open = false;
      }}
    >
      <summary className={buttonClassName}>
        <Icon name={icon} />
        {label}
        <Icon name="chevron" />
      </summary>
      <div className="headcount-menu">{children}</div>
    </details>
  );
}

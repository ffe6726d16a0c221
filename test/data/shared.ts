import {inject} from "vitest";
import {borrow} from "./lend.ts";
import type {Stack} from "./stack.ts";

/** The servers that all tests share; they start when the first file asks for them. */
export const stack = await borrow<Stack>(inject("stackPort"));

import {images} from "./cluster/images/catalog.ts";

const keep = images.filter(({name}) => /(operator\/operator|timescaledb)$/.test(name));
images.length = 0;
images.push(...keep);
const {buildImages} = await import("./cluster/images/build.ts");
console.log(await buildImages());

// Makes one call of each kind with @segment/analytics-node, as a shop's server would.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey, mark] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, flushAt: 3, maxRetries: 10 });
const failed = [];
analytics.on("error", (error) => failed.push(String(error.code)));

const userId = `node-${mark}`;
const anonymousId = `node-browser-${mark}`;
analytics.identify({ userId, anonymousId, traits: { email: `node-${mark}@example.com`, firstName: "Neema" } });
analytics.page({ userId, name: "Lamps", properties: { url: "https://shop.example/lamps?utm_source=news", path: "/lamps" } });
analytics.screen({ userId, name: "Basket" });
for (let number = 0; number < 5; number += 1) {
  analytics.track({ userId, event: "Product Viewed", properties: { product_id: `p${number}`, price: 19.99 } });
}
analytics.track({
  userId,
  event: "Order Completed",
  properties: {
    order_id: `order-${mark}`, total: 27.5, revenue: 22.5, shipping: 3, tax: 2, currency: "USD",
    products: [{ product_id: "lamp", name: "Lamp", price: 11.25, quantity: 2 }],
  },
});
analytics.group({ userId, groupId: "initech", traits: { name: "Initech" } });
analytics.alias({ userId, previousId: `older-browser-${mark}-1` });

await analytics.closeAndFlush({ timeout: 60000 });
console.log(JSON.stringify({ failed }));

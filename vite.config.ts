import { reactRouter } from '@react-router/dev/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

// Vitest reads this file too when it has no config of its own; unit tests need neither plugin.
const plugins = process.env.VITEST ? [] : [tailwindcss(), reactRouter()]

export default defineConfig({
  plugins,
  publicDir: 'web/public',
  // The enhancement script is imported as `?worker&url`: one self-contained, hashed classic script.
  worker: { format: 'iife' },
})
